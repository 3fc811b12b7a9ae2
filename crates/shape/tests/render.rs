//! Pictures of scenes: directions, visibility, transparency, marks, sizes, and the same bytes everywhere.

use medshape_shape::{Image, Mesh, Part, Projection, RenderOptions, Shading, ShapeError, View, render, render_scene};

const VIEWS: [View; 7] =
    [View::Anterior, View::Posterior, View::Left, View::Right, View::Superior, View::Inferior, View::Oblique];

/// A ball of octahedron faces divided `n` times.
fn ball(centre: [f32; 3], radius: f32, n: i32) -> Mesh {
    let mut vertices = Vec::new();
    let mut faces = Vec::new();
    for signs in 0..8 {
        let s = [0, 1, 2].map(|a| if signs >> a & 1 == 1 { -1.0f32 } else { 1.0 });
        let at = |x: i32, y: i32| {
            let p = [x as f32 * s[0], y as f32 * s[1], (n - x - y) as f32 * s[2]];
            let length = p.iter().map(|c| c * c).sum::<f32>().sqrt();
            [0, 1, 2].map(|a| centre[a] + radius * p[a] / length)
        };
        for (x, y) in (0..n).flat_map(|x| (0..n - x).map(move |y| (x, y))) {
            let mut add = |corners: [[f32; 3]; 3]| {
                let first = vertices.len() as u32;
                vertices.extend(corners);
                let outward = s[0] * s[1] * s[2] > 0.0;
                faces.push(if outward { [first, first + 1, first + 2] } else { [first, first + 2, first + 1] });
            };
            add([at(x, y), at(x + 1, y), at(x, y + 1)]);
            if x + y < n - 1 {
                add([at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)]);
            }
        }
    }
    Mesh::new(vertices, faces).unwrap()
}

/// Mean column and row of the pixels that `matches`, from the middle, in parts of the size; y up.
fn centre(image: &Image, matches: impl Fn([u8; 4]) -> bool) -> [f64; 2] {
    let (mut sum, mut count) = ([0.0; 2], 0.0);
    for (x, y) in (0..image.width).flat_map(|x| (0..image.height).map(move |y| (x, y))) {
        if matches(image.pixel(x, y).unwrap()) {
            sum = [sum[0] + x as f64, sum[1] + y as f64];
            count += 1.0;
        }
    }
    assert!(count > 0.0, "nothing matches");
    [sum[0] / count / image.width as f64 - 0.5, 0.5 - sum[1] / count / image.height as f64]
}

/// The colour of the part that marks a direction.
fn is_green(p: [u8; 4]) -> bool {
    p[1] > 60 && p[1] > p[0] + 20
}

#[test]
fn each_view_shows_each_direction_where_the_convention_says() {
    // For each view: where right, anterior and superior lie in the picture; [0, 0] is towards or away from the viewer.
    let expected = [
        (View::Anterior, [[-1, 0], [0, 0], [0, 1]]),
        (View::Posterior, [[1, 0], [0, 0], [0, 1]]),
        (View::Left, [[0, 0], [-1, 0], [0, 1]]),
        (View::Right, [[0, 0], [1, 0], [0, 1]]),
        (View::Superior, [[1, 0], [0, 1], [0, 0]]),
        (View::Inferior, [[-1, 0], [0, 1], [0, 0]]),
    ];
    let middle = ball([0.0; 3], 20.0, 6);
    for (view, places) in expected {
        for (axis, [x, y]) in places.into_iter().enumerate() {
            let mut at = [0.0; 3];
            at[axis] = 50.0;
            let marker = ball(at, 10.0, 6);
            let options = RenderOptions { view, ..RenderOptions::square(96) };
            let scene = [Part::new(&middle, [200, 0, 0]), Part::new(&marker, [0, 200, 0])];
            let image = render_scene(&scene, &options).unwrap();
            if [x, y] == [0, 0] {
                continue;
            }
            let found = centre(&image, is_green);
            assert!((found[0] - 0.33 * f64::from(x)).abs() < 0.05, "{view:?} {axis} {found:?}");
            assert!((found[1] - 0.33 * f64::from(y)).abs() < 0.05, "{view:?} {axis} {found:?}");
        }
    }
}

#[test]
fn each_view_shows_the_side_it_is_named_after() {
    for (view, toward) in [
        (View::Anterior, [0.0, 30.0, 0.0]),
        (View::Posterior, [0.0, -30.0, 0.0]),
        (View::Left, [-30.0, 0.0, 0.0]),
        (View::Right, [30.0, 0.0, 0.0]),
        (View::Superior, [0.0, 0.0, 30.0]),
        (View::Inferior, [0.0, 0.0, -30.0]),
        (View::Oblique, [-12.0, 26.0, 8.0]),
    ] {
        let (near, far) = (ball(toward, 10.0, 6), ball(toward.map(|v: f32| -v), 10.0, 6));
        for projection in [Projection::Orthographic, Projection::Perspective { distance: 3.0 }] {
            let options = RenderOptions { view, projection, ..RenderOptions::square(64) };
            let scene = [Part::new(&far, [200, 0, 0]), Part::new(&near, [0, 200, 0])];
            let image = render_scene(&scene, &options).unwrap();
            assert!(is_green(image.pixel(32, 32).unwrap()), "{view:?}");
        }
    }
}

#[test]
fn letters_name_the_borders() {
    // A letter is told by its dots: compared with the same letter drawn at the same border of another view.
    let body = ball([0.0; 3], 50.0, 8);
    let strip = |view: View, border: usize| {
        let options = RenderOptions { view, letters: true, ..RenderOptions::square(150) };
        let image = render_scene(&[Part::new(&body, [200, 180, 150])], &options).unwrap();
        let (xs, ys) = [(0..9, 70..80), (140..150, 70..80), (70..80, 0..10), (70..80, 140..150)][border].clone();
        let mut ink: Vec<[usize; 2]> = Vec::new();
        for (x, y) in xs.flat_map(|x| ys.clone().map(move |y| (x, y))) {
            if image.pixel(x, y).unwrap() == [32, 36, 44, 255] {
                ink.push([x, y]);
            }
        }
        let low = ink.iter().fold([999, 999], |l, p| [l[0].min(p[0]), l[1].min(p[1])]);
        let mut shape: Vec<[usize; 2]> = ink.iter().map(|p| [p[0] - low[0], p[1] - low[1]]).collect();
        shape.sort_unstable();
        assert!(!shape.is_empty(), "{view:?} {border}");
        shape
    };
    let [left, right, top, bottom] = [0, 1, 2, 3];
    let letter_r = strip(View::Anterior, left);
    let letter_l = strip(View::Anterior, right);
    let letter_s = strip(View::Anterior, top);
    let letter_i = strip(View::Anterior, bottom);
    let letter_a = strip(View::Superior, top);
    let letter_p = strip(View::Superior, bottom);
    // Dots of the glyphs.
    let dots = [&letter_r, &letter_l, &letter_s, &letter_i, &letter_a, &letter_p].map(Vec::len);
    assert_eq!(dots, [18, 11, 15, 11, 18, 15]);
    for (view, letters) in [
        (View::Posterior, [&letter_l, &letter_r, &letter_s, &letter_i]),
        (View::Left, [&letter_a, &letter_p, &letter_s, &letter_i]),
        (View::Right, [&letter_p, &letter_a, &letter_s, &letter_i]),
        (View::Superior, [&letter_l, &letter_r, &letter_a, &letter_p]),
        (View::Inferior, [&letter_r, &letter_l, &letter_a, &letter_p]),
    ] {
        for (border, letter) in letters.into_iter().enumerate() {
            assert_eq!(&strip(view, border), letter, "{view:?}, border {border}");
        }
    }
}

#[test]
fn a_scale_bar_has_the_length_that_it_names() {
    // 100 mm fill 76 % of 500 pixels, so 20 mm are 76 pixels; the bar is the largest of 1, 2, 5 within a third.
    let body = ball([0.0; 3], 50.0, 8);
    let options = RenderOptions { view: View::Anterior, scale_bar: true, ..RenderOptions::square(500) };
    let image = render_scene(&[Part::new(&body, [255, 0, 0])], &options).unwrap();
    let row: Vec<bool> = (0..500).map(|x| image.pixel(x, 500 - 11).unwrap() == [32, 36, 44, 255]).collect();
    assert_eq!(row.iter().filter(|&&ink| ink).count(), 76);
}

#[test]
fn transparency_does_not_depend_on_the_order_of_parts() {
    let balls = [ball([0.0, 20.0, 0.0], 30.0, 8), ball([5.0, 0.0, 0.0], 30.0, 8), ball([0.0, -20.0, 8.0], 30.0, 8)];
    let colours = [[200, 40, 40], [40, 200, 40], [40, 40, 200]];
    let picture = |order: [usize; 3], opacities: [f32; 3]| {
        let parts: Vec<Part> =
            order.iter().map(|&i| Part::new(&balls[i], colours[i]).with_opacity(opacities[i])).collect();
        render_scene(&parts, &RenderOptions::square(64)).unwrap()
    };
    for opacities in [[0.3, 0.5, 1.0], [0.2, 0.2, 0.2], [1.0, 0.5, 0.1]] {
        let image = picture([0, 1, 2], opacities);
        assert_eq!(image, picture([2, 0, 1], opacities));
        assert_eq!(image, picture([1, 2, 0], opacities));
    }
    // What cannot be seen changes nothing; a veil changes a little, something solid hides.
    let alone = render_scene(&[Part::new(&balls[2], colours[2])], &RenderOptions::square(64)).unwrap();
    let hidden = [Part::new(&balls[2], colours[2]), Part::new(&balls[2], colours[0]).with_opacity(0.0)];
    assert_eq!(render_scene(&hidden, &RenderOptions::square(64)).unwrap(), alone);
    let blue = |image: &Image| i32::from(image.pixel(32, 32).unwrap()[2]) - i32::from(image.pixel(32, 32).unwrap()[0]);
    let [bare, veiled, solid] = [0.0, 0.3, 1.0].map(|o| blue(&picture([0, 1, 2], [o, 0.0, 1.0])));
    assert!(bare > veiled + 10 && veiled > solid + 10, "{bare} {veiled} {solid}");
}

#[test]
fn a_veil_has_no_seams_and_the_stated_opacity() {
    // Two triangles that share an edge, facing the viewer: each sample is covered once, so all pixels are the same.
    let v = vec![[50.0, 0.0, -50.0], [-50.0, 0.0, -50.0], [-50.0, 0.0, 50.0], [50.0, 0.0, 50.0]];
    let square = Mesh::new(v, vec![[0, 1, 2], [0, 2, 3]]).unwrap();
    let options = RenderOptions { view: View::Anterior, ..RenderOptions::square(200) };
    let image = render_scene(&[Part::new(&square, [90, 160, 220]).with_opacity(0.4)], &options).unwrap();
    let first = image.pixel(30, 30).unwrap();
    assert_eq!(first[3], 102);
    for (x, y) in (15..185).flat_map(|x| (15..185).map(move |y| (x, y))) {
        assert_eq!(image.pixel(x, y).unwrap(), first, "{x} {y}");
    }
}

#[test]
fn coverage_is_the_area_that_a_shape_has() {
    // A disk of 0.88 * 128 pixels across: the sum of opacities is its area.
    let image = render(&ball([0.0; 3], 50.0, 24), [200, 200, 200], 128).unwrap();
    let sum: f64 = image.rgba.as_chunks::<4>().0.iter().map(|p| f64::from(p[3]) / 255.0).sum();
    let radius = 0.88 * 64.0;
    assert!((sum / (std::f64::consts::PI * radius * radius) - 1.0).abs() < 0.005, "{sum}");
}

#[test]
fn an_edge_is_sharp_only_above_the_crease_angle() {
    // A cube seen from its corner side: creased, each face has one shade; smooth, it has many.
    let v: Vec<[f32; 3]> = (0..8).map(|c| [c & 1, c >> 1 & 1, c >> 2].map(|b| b as f32 * 50.0)).collect();
    let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
    let cube = Mesh::new(v, quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect()).unwrap();
    let shades = |shading: Shading| {
        let options = RenderOptions { occlusion: false, ..RenderOptions::square(128) };
        let image = render_scene(&[Part::new(&cube, [180, 180, 180]).with_shading(shading)], &options).unwrap();
        let mut found: Vec<[u8; 4]> =
            image.rgba.as_chunks().0.iter().filter(|p: &&[u8; 4]| p[3] == 255).copied().collect();
        found.sort_unstable();
        let counted = found.chunk_by(|a, b| a == b).filter(|run| run.len() > 100);
        counted.count()
    };
    assert_eq!(shades(Shading::default()), 3);
    assert_eq!(shades(Shading::Flat), 3);
    assert!(shades(Shading::Smooth { crease_cosine: -1.0 }) > 10);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let balls = [ball([0.0, 20.0, 0.0], 30.0, 20), ball([5.0, 0.0, 0.0], 30.0, 20)];
    let parts = [Part::new(&balls[0], [200, 90, 60]).with_opacity(0.4), Part::new(&balls[1], [90, 200, 60])];
    let options = RenderOptions { letters: true, scale_bar: true, ..RenderOptions::square(200) };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| render_scene(&parts, &options).unwrap())
    };
    let one = with(1);
    for threads in [2, 3, 8] {
        assert_eq!(with(threads), one);
    }
}

#[test]
fn sizes_and_degenerate_scenes() {
    let triangle = Mesh::new(vec![[0.0, 0.0, 0.0], [9.0, 0.0, 0.0], [0.0, 0.0, 9.0]], vec![[0, 1, 2]]).unwrap();
    for size in [[1, 1], [1, 300], [300, 1], [17, 5], [8192, 3]] {
        let options = RenderOptions { size, letters: true, scale_bar: true, ..RenderOptions::square(1) };
        let image = render_scene(&[Part::new(&triangle, [9, 9, 9])], &options).unwrap();
        assert_eq!((image.width, image.height, image.rgba.len()), (size[0], size[1], size[0] * size[1] * 4));
    }
    for size in [0, 8193, usize::MAX] {
        assert!(matches!(render(&triangle, [0; 3], size), Err(ShapeError::Parameter { name: "picture width", .. })));
    }
    assert!(render(&Mesh::default(), [9; 3], 16).unwrap().rgba.iter().all(|&b| b == 0));
    let white = RenderOptions { background: Some([255, 255, 255]), ..RenderOptions::square(16) };
    assert!(render_scene(&[], &white).unwrap().rgba.iter().all(|&b| b == 255));

    // Points, lines, repeated faces, and the largest and smallest coordinates there are.
    for scale in [0.0, 1e-45, 1e-38, 1e-6, 1e9, 1e30, f32::MAX] {
        let v = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 1.0], [-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]];
        let v: Vec<[f32; 3]> = v.iter().map(|p| p.map(|c: f32| c * scale)).collect();
        let faces = vec![[0, 1, 2], [0, 1, 2], [2, 1, 0], [3, 0, 4], [0, 0, 0], [1, 1, 2], [3, 1, 2]];
        let mesh = Mesh::new(v, faces).unwrap();
        for projection in [Projection::Orthographic, Projection::Perspective { distance: 1.5 }] {
            for view in VIEWS {
                let options = RenderOptions { view, projection, scale_bar: true, ..RenderOptions::square(40) };
                let image = render_scene(&[Part::new(&mesh, [99; 3]).with_opacity(0.5)], &options).unwrap();
                let drawn = image.rgba.iter().skip(3).step_by(4).filter(|&&a| a > 0).count();
                assert!(drawn > 20 || scale < 1e-30, "{scale} {view:?} {drawn}");
            }
        }
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let body = ball([0.0; 3], 10.0, 3);
    let good = RenderOptions::square(16);
    let refused = |part: Part, options: &RenderOptions| match render_scene(&[part], options) {
        Err(ShapeError::Parameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    let part = Part::new(&body, [1, 2, 3]);
    assert_eq!(refused(part.with_opacity(1.5), &good), "opacity");
    assert_eq!(refused(part.with_opacity(f32::NAN), &good), "opacity");
    assert_eq!(refused(part.with_shading(Shading::Smooth { crease_cosine: 2.0 }), &good), "crease cosine");
    for distance in [f64::NAN, 0.5, 1.0, f64::INFINITY] {
        let projection = Projection::Perspective { distance };
        assert_eq!(refused(part, &RenderOptions { projection, ..good }), "perspective distance");
    }
    for (toward, up) in [([0.0; 3], [0.0, 0.0, 1.0]), ([0.0, 0.0, 2.0], [0.0, 0.0, 1.0]), ([f64::NAN; 3], [1.0; 3])] {
        let view = View::From { toward, up };
        assert_eq!(refused(part, &RenderOptions { view, ..good }), "view direction");
    }
}
