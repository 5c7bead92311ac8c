fn main() -> Result<(), hob_wire_codegen::Error> {
    hob_wire_codegen::generate()
}
