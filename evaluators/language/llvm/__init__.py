"""Rules as machine code, made by LLVM."""
