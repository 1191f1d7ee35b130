"""A small operator: TM Forum Open API shapes for balance, usage and bills over seeded customers in SQLite."""
