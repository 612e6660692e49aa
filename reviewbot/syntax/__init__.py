"""What a piece of code says by its grammar alone: does it parse, what does it define, what does it use."""
