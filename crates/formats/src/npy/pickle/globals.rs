//! The names a pickle may use, and what stands for each.

/// A function or class that makes nothing but data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Global {
    /// A dictionary of any kind, made from nothing, pairs or a default factory.
    Dictionary,
    List,
    /// A type of number that only serves as a dictionary's default factory.
    Factory,
    Bytes,
    /// `_codecs.encode(text, "latin1")`, which Python 3 writes for bytes in protocols 0 to 2.
    Encode,
    /// `numpy.core.multiarray._reconstruct`.
    Reconstruct,
    /// `numpy.core.numeric._frombuffer`, of protocol 5.
    FromBuffer,
    /// `numpy.core.multiarray.scalar`.
    Scalar,
    Ndarray,
    Dtype,
}

/// `None` for anything that is not on the list.
pub(super) fn global(module: &str, name: &str) -> Option<Global> {
    Some(match (module, name) {
        // MedShapeNetCore's own dictionary, an OrderedDict that makes missing keys, pickled from its module or a notebook.
        ("collections", "OrderedDict" | "defaultdict")
        | ("builtins" | "__builtin__", "dict")
        | ("MedShapeNetCore.MedShapeNetCore" | "MedShapeNetCore" | "__main__", "MyDict") => Global::Dictionary,
        ("builtins" | "__builtin__", "list") => Global::List,
        ("builtins" | "__builtin__", "int" | "float" | "str" | "bool" | "tuple") => Global::Factory,
        ("builtins" | "__builtin__", "bytes" | "bytearray") => Global::Bytes,
        ("_codecs", "encode") => Global::Encode,
        ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => Global::Reconstruct,
        ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => Global::FromBuffer,
        ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => Global::Scalar,
        ("numpy", "ndarray") => Global::Ndarray,
        ("numpy", "dtype") => Global::Dtype,
        _ => return None,
    })
}
