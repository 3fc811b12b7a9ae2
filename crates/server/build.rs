//! Makes the crate build with and without the web page, and again when the page has changed.

fn main() {
    let dist = "../../web/dist";
    // A folder that is missing would count as changed at every build. When it cannot be made (the sources are on a
    // read-only medium), the build is only slower.
    let _ = std::fs::create_dir_all(dist);
    println!("cargo:rerun-if-changed={dist}");
}
