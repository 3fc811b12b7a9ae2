//! Pictures of meshes without a GPU: a rasteriser with smooth shading, transparency and anatomical views.
//!
//! Deterministic: the same scene gives the same bytes on every machine and for any number of threads. Light is added up
//! in linear light and written as sRGB.
//!
//! The way of a picture: vertices are projected and get normals (`corners`); bands of rows are drawn apart (`raster`),
//! each keeping the nearest surface of every sample and the transparent ones before it (`layers`); the samples are lit
//! (`light`) and averaged to pixels; hollows are darkened (`occlusion`); letters and scale are drawn (`marks`).
//! Cost: one pass over the vertices and faces, and the samples that the faces cover.

mod camera;
mod corners;
mod glyphs;
mod image;
mod layers;
mod light;
mod marks;
mod occlusion;
mod picture;
mod raster;

pub use camera::{Projection, View};
pub use image::Image;

use crate::{Mesh, ShapeError};
use camera::Camera;

/// Longest side of a picture, pixels.
const MAX_SIDE: usize = 8192;
/// Most parts of a scene.
const MAX_PARTS: usize = 1 << 20;

/// How a part's surface is lit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shading {
    /// By normals that change evenly over each face: the mesh's own if it has any, else the sums of the faces' around
    /// each vertex.
    Smooth {
        /// Cosine of the angle between two faces above which the edge or point between them stays sharp; -1 keeps none.
        crease_cosine: f32,
    },
    /// Each face by its own normal.
    Flat,
}

impl Default for Shading {
    /// Smooth, with creases from 75 degrees.
    fn default() -> Self {
        Self::Smooth { crease_cosine: 0.258_819 }
    }
}

/// A mesh of a scene and what it looks like.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// RAS+ mm.
    pub mesh: &'a Mesh,
    /// sRGB.
    pub colour: [u8; 3],
    /// From 0, which cannot be seen, to 1, which hides what is behind. A transparent surface is denser where it is seen
    /// at a slant, so that its outline shows.
    pub opacity: f32,
    /// How it is lit.
    pub shading: Shading,
}

impl<'a> Part<'a> {
    /// An opaque part with smooth shading.
    pub fn new(mesh: &'a Mesh, colour: [u8; 3]) -> Self {
        Self { mesh, colour, opacity: 1.0, shading: Shading::default() }
    }

    /// The same part with another opacity.
    #[must_use]
    pub fn with_opacity(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }

    /// The same part with another shading.
    #[must_use]
    pub fn with_shading(self, shading: Shading) -> Self {
        Self { shading, ..self }
    }
}

/// What a picture of a scene is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RenderOptions {
    /// Width and height, pixels, each 1 to 8192.
    pub size: [usize; 2],
    /// The side that is seen.
    pub view: View,
    /// How depth is drawn.
    pub projection: Projection,
    /// sRGB behind the scene; `None` leaves it transparent.
    pub background: Option<[u8; 3]>,
    /// Whether hollows are darkened (ambient occlusion).
    pub occlusion: bool,
    /// Whether R, L, A, P, S and I tell at the borders which way the patient lies there. A border between two directions
    /// gets both letters, the nearer first.
    pub letters: bool,
    /// Whether a bar tells a length in mm (in perspective: at the depth of the scene's middle).
    pub scale_bar: bool,
}

impl RenderOptions {
    /// A square, oblique, orthographic picture with darkened hollows on a transparent background, without marks.
    pub fn square(size: usize) -> Self {
        Self {
            size: [size, size],
            view: View::default(),
            projection: Projection::default(),
            background: None,
            occlusion: true,
            letters: false,
            scale_bar: false,
        }
    }
}

/// A square picture of one mesh, `size` pixels wide, from the front and a little from the patient's left and above, on a
/// transparent background. `colour` is sRGB. An empty mesh gives an empty picture.
///
/// # Errors
/// [`ShapeError::Parameter`] for a size of 0 or over 8192.
pub fn render(mesh: &Mesh, colour: [u8; 3], size: usize) -> Result<Image, ShapeError> {
    render_scene(&[Part::new(mesh, colour)], &RenderOptions::square(size))
}

/// A picture of several meshes, which fill it without the shape of any being changed.
///
/// Where opaque surfaces of two parts lie at the same depth, the first part is seen. Of transparent surfaces the eight
/// nearest count.
///
/// # Errors
/// [`ShapeError::Parameter`] for a side of 0 or over 8192 pixels, an opacity outside 0 to 1, a crease outside -1 to 1, a
/// view without direction, a perspective from within the scene, or more than 1,048,576 parts.
pub fn render_scene(parts: &[Part], options: &RenderOptions) -> Result<Image, ShapeError> {
    let refuse = |name, value, expected| Err(ShapeError::Parameter { name, value, expected });
    for (name, side) in [("picture width", options.size[0]), ("picture height", options.size[1])] {
        if !(1..=MAX_SIDE).contains(&side) {
            return refuse(name, side as f64, "1 to 8192 pixels");
        }
    }
    if parts.len() > MAX_PARTS {
        return refuse("number of parts", parts.len() as f64, "at most 1,048,576");
    }
    for part in parts {
        if !(0.0..=1.0).contains(&part.opacity) {
            return refuse("opacity", f64::from(part.opacity), "0 to 1");
        }
        if let Shading::Smooth { crease_cosine } = part.shading
            && !(-1.0..=1.0).contains(&crease_cosine)
        {
            return refuse("crease cosine", f64::from(crease_cosine), "-1 to 1");
        }
    }
    if let Projection::Perspective { distance } = options.projection
        && !(distance > 1.0 && distance.is_finite())
    {
        return refuse("perspective distance", distance, "finite and over 1 radius of the scene");
    }
    let Some(axes) = options.view.axes() else {
        let expected = "two directions that are finite, not zero and not parallel";
        return refuse("view direction", f64::NAN, expected);
    };
    let seen: Vec<Part> = parts.iter().filter(|p| p.opacity > 0.0 && !p.mesh.faces().is_empty()).copied().collect();
    let camera = Camera::new(&seen, axes, options);
    let mut image = picture::draw(&seen, &camera, options);
    if options.letters {
        marks::letters(&mut image, &camera);
    }
    if options.scale_bar && !seen.is_empty() {
        marks::scale_bar(&mut image, &camera);
    }
    Ok(image)
}
