"""The change plan: built from decisions, limited, written to a file whose digest is what people approve."""
