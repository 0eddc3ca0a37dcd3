//! Do the counts and pointers of a schema and of an array agree? Arrow's importer asserts it, or does not look.

use arrow::array::layout;
use arrow::datatypes::{DataType, FieldRef};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};

/// What is wrong, in words that quote no value; column names at most.
type Shape = Result<(), String>;

/// Deeper nesting is refused before the stack is.
const DEPTH: usize = 32;

/// A schema: named by text, with the children that it says. The root must be a table.
///
/// # Safety
/// What the fields of `schema` point to is readable, as the C data interface says; NULL is not trusted to be absent.
pub unsafe fn of_schema(schema: &FFI_ArrowSchema) -> Shape {
    // SAFETY: the caller's promise.
    unsafe { of_node(schema, 0) }?;
    if schema.format() != "+s" {
        return Err("le flux ne rend pas une table : son schéma doit être un « struct » (+s).".into());
    }
    Ok(())
}

/// # Safety
/// As [`of_schema`].
unsafe fn of_node(schema: &FFI_ArrowSchema, depth: usize) -> Shape {
    let bad = |what: &str| Err(format!("le schéma n'est pas bien formé : {what}."));
    if depth > DEPTH {
        return bad("trop de niveaux");
    }
    if schema.release.is_none() && depth == 0 {
        return bad("il est déjà libéré");
    }
    for (text, what) in [(schema.format, "un type n'est pas dit"), (schema.name, "un nom n'est pas de l'UTF-8")] {
        if text.is_null() {
            if text == schema.format {
                return bad(what);
            }
            continue;
        }
        // SAFETY: not NULL; the caller vouches for a text ended by NUL.
        if unsafe { std::ffi::CStr::from_ptr(text) }.to_str().is_err() {
            return bad(what);
        }
    }
    if schema.n_children < 0 || (schema.n_children > 0 && schema.children.is_null()) {
        return bad("un nombre d'enfants ne va pas avec ses enfants");
    }
    for i in 0..usize::try_from(schema.n_children).unwrap_or(0) {
        // SAFETY: the array of children is not NULL and has `n_children` places.
        let place = unsafe { schema.children.add(i) };
        // SAFETY: one of those places.
        let child = unsafe { place.read_unaligned() };
        // SAFETY: each is NULL or a schema.
        let Some(child) = (unsafe { child.as_ref() }) else {
            return bad("un enfant est NULL");
        };
        // SAFETY: the caller's promise goes for children.
        unsafe { of_node(child, depth + 1) }?;
    }
    match schema.dictionary() {
        // SAFETY: the caller's promise goes for dictionaries.
        Some(dictionary) => unsafe { of_node(dictionary, depth + 1) },
        None => Ok(()),
    }
}

/// An array: lengths, buffers and children as `kind` needs them. `column` names it (empty for the table itself).
///
/// # Safety
/// What the fields of `array` point to is readable, as the C data interface says; NULL is not trusted to be absent.
pub unsafe fn of_array(array: &FFI_ArrowArray, kind: &DataType, column: &str) -> Shape {
    let bad = |what: &str| {
        Err(if column.is_empty() {
            format!("la table n'est pas bien formée : {what}.")
        } else {
            format!("colonne « {column} » : {what}.")
        })
    };
    let (Ok(length), Ok(offset)) = (usize::try_from(array.length), usize::try_from(array.offset)) else {
        return bad("longueur ou décalage négatif");
    };
    // Bits and bytes of buffers are computed from it: 2^40 rows are beyond any machine and far from overflow.
    let Some(end) = length.checked_add(offset).filter(|end| *end < 1 << 40) else {
        return bad("longueur démesurée");
    };
    if let DataType::Dictionary(_, values) = kind {
        // SAFETY: the caller's promise goes for dictionaries.
        match unsafe { array.dictionary.as_ref() } {
            // SAFETY: likewise.
            Some(dictionary) => unsafe { of_array(dictionary, values, column) }?,
            None => return bad("il lui manque son dictionnaire"),
        }
    }
    let layout = layout(kind);
    let wanted = layout.buffers.len() + usize::from(layout.can_contain_null_mask);
    let given = usize::try_from(array.n_buffers).unwrap_or(usize::MAX);
    // Views have any number of text buffers, and one for their lengths.
    let enough = match kind {
        // Some producers give a column of nulls the buffer that all others have.
        DataType::Null => given <= 1,
        _ if layout.variadic => given > wanted && given < 1 << 20,
        _ => given == wanted,
    };
    if !enough || (given > 0 && array.buffers.is_null()) {
        return bad("le nombre de tampons n'est pas celui du type");
    }
    if array.null_count > array.length {
        return bad("plus de valeurs nulles que de lignes");
    }
    let has = |index: usize| !array.buffer(index).is_null();
    if layout.can_contain_null_mask && array.null_count > 0 && !has(0) {
        return bad("des valeurs nulles sont annoncées, sans tampon de validité");
    }
    if length > 0 && (usize::from(layout.can_contain_null_mask)..wanted).any(|i| !has(i) && !may_be_null(kind, i)) {
        return bad("un tampon est NULL");
    }
    if length > 0 {
        // SAFETY: the offsets are there, as many as rows and one more, by the caller's promise.
        unsafe { offsets_grow(array, kind, end) }.or_else(|()| bad("les décalages des textes ou des listes ne se suivent pas"))?;
    }
    let children = children(kind);
    if usize::try_from(array.n_children) != Ok(children.len()) || (!children.is_empty() && array.children.is_null()) {
        return bad("le nombre de colonnes n'est pas celui du schéma");
    }
    for (i, field) in children.iter().enumerate() {
        // SAFETY: the array of children is not NULL and has that many places.
        let place = unsafe { array.children.add(i) };
        // SAFETY: one of those places.
        let child = unsafe { place.read_unaligned() };
        // SAFETY: each is NULL or an array.
        let Some(child) = (unsafe { child.as_ref() }) else {
            return bad("une colonne est NULL");
        };
        let name = if column.is_empty() { field.name() } else { column };
        // SAFETY: the caller's promise goes for children.
        unsafe { of_array(child, field.data_type(), name) }?;
        if matches!(kind, DataType::Struct(_)) && child.length < end as i64 {
            return Err(format!("colonne « {name} » : moins de lignes que la table."));
        }
    }
    Ok(())
}

/// Texts that are all empty need no bytes.
fn may_be_null(kind: &DataType, buffer: usize) -> bool {
    buffer >= 2 && matches!(kind, DataType::Utf8 | DataType::Binary | DataType::LargeUtf8 | DataType::LargeBinary)
}

/// The first offset is not negative and the last is not before it. What stands between is looked at once it is imported,
/// with bounds that the last one gives.
///
/// # Safety
/// Where `kind` has offsets, `end + 1` of them are readable.
unsafe fn offsets_grow(array: &FFI_ArrowArray, kind: &DataType, end: usize) -> Result<(), ()> {
    let (first, last) = match kind {
        DataType::Utf8 | DataType::Binary | DataType::List(_) | DataType::Map(..) => {
            // SAFETY: the caller's promise.
            let (first, last) = unsafe { ends::<i32>(array, end) };
            (i64::from(first), i64::from(last))
        }
        // SAFETY: the caller's promise.
        DataType::LargeUtf8 | DataType::LargeBinary | DataType::LargeList(_) => unsafe { ends::<i64>(array, end) },
        _ => return Ok(()),
    };
    // A terabyte of text in one batch is an offset gone wrong.
    if 0 <= first && first <= last && last < 1 << 40 { Ok(()) } else { Err(()) }
}

/// The first offset and the one at `end`.
///
/// # Safety
/// `end + 1` offsets of this type are readable.
unsafe fn ends<T>(array: &FFI_ArrowArray, end: usize) -> (T, T) {
    let start = array.buffer(1).cast::<T>();
    // SAFETY: the first of the offsets, by the caller's promise.
    let first = unsafe { start.read_unaligned() };
    // SAFETY: within the offsets, by the caller's promise.
    let last = unsafe { start.add(end) };
    // SAFETY: likewise.
    (first, unsafe { last.read_unaligned() })
}

fn children(kind: &DataType) -> Vec<&FieldRef> {
    match kind {
        DataType::Struct(fields) => fields.iter().collect(),
        DataType::Union(fields, _) => fields.iter().map(|(_, f)| f).collect(),
        DataType::RunEndEncoded(ends, values) => vec![ends, values],
        DataType::List(f)
        | DataType::LargeList(f)
        | DataType::ListView(f)
        | DataType::LargeListView(f)
        | DataType::FixedSizeList(f, _)
        | DataType::Map(f, _) => vec![f],
        _ => Vec::new(),
    }
}
