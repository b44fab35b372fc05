"""Shows staff the console: pages, forms, downloads. Decides nothing and asks no database."""
