"""Rules as data: recipes of what is put into code, and what training frameworks call things."""
