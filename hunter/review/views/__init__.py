"""The pages, one file a noun; `routes.py` says which address leads where and who may go there."""
