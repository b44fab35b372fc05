"""The chat on Telegram: translates updates into what a person did, and screens into messages. Decides nothing."""
