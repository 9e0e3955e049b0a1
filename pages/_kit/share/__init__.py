"""What is taken home: the menu, the printed code, tables as files. It may use the controls."""
