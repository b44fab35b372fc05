"""Says what to ask: questionnaires, communes, advice as data, how they are read and checked. Knows no person."""
