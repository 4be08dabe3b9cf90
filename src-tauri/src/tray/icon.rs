//! The icon, drawn: a disc with a sign for each mark, told apart by shape as well as by colour.

use desk::watch::Mark;

/// Sides in pixels: trays take the one that fits.
pub const SIDES: [u32; 2] = [22, 44];

/// Ground and sign of a mark, red, green, blue.
fn colours(mark: Mark) -> ([u8; 3], [u8; 3]) {
    match mark {
        Mark::Well => ([20, 105, 47], [255, 255, 255]),
        Mark::Warning => ([217, 154, 28], [42, 29, 0]),
        Mark::Problem => ([177, 32, 26], [255, 255, 255]),
        Mark::Paused => ([82, 93, 102], [255, 255, 255]),
    }
}

/// A point of the unit square: across and down.
type Point = (f32, f32);

/// Distance of a point from a line from `a` to `b`.
fn off((x, y): Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let along = ((x - a.0) * dx + (y - a.1) * dy) / (dx * dx + dy * dy);
    let along = along.clamp(0.0, 1.0);
    (x - a.0 - along * dx).hypot(y - a.1 - along * dy)
}

/// Whether a point of the unit square belongs to the sign: a tick, an exclamation mark, a cross, two bars.
fn in_sign(mark: Mark, at: Point) -> bool {
    let stroke = |lines: &[(Point, Point)]| lines.iter().any(|(a, b)| off(at, *a, *b) <= 0.07);
    match mark {
        Mark::Well => stroke(&[((0.28, 0.52), (0.44, 0.68)), ((0.44, 0.68), (0.73, 0.35))]),
        Mark::Warning => stroke(&[((0.5, 0.24), (0.5, 0.56)), ((0.5, 0.76), (0.5, 0.761))]),
        Mark::Problem => stroke(&[((0.33, 0.33), (0.67, 0.67)), ((0.67, 0.33), (0.33, 0.67))]),
        Mark::Paused => stroke(&[((0.38, 0.32), (0.38, 0.68)), ((0.62, 0.32), (0.62, 0.68))]),
    }
}

/// The icon with this side: rows of red, green, blue and opacity.
pub fn rgba(mark: Mark, side: u32) -> Vec<u8> {
    /// Points in each direction that make up a pixel.
    const FINE: u32 = 4;
    let (ground, sign) = colours(mark);
    let mut pixels = Vec::with_capacity((side * side * 4) as usize);
    for row in 0..side {
        for column in 0..side {
            let (mut sum, mut inside) = ([0_u32; 3], 0_u32);
            for point in 0..FINE * FINE {
                let unit =
                    |pixel: u32, part: u32| (pixel as f32 + (part as f32 + 0.5) / FINE as f32) / side as f32;
                let at = (unit(column, point % FINE), unit(row, point / FINE));
                if (at.0 - 0.5).hypot(at.1 - 0.5) > 0.48 {
                    continue;
                }
                inside += 1;
                let colour = if in_sign(mark, at) { sign } else { ground };
                for (sum, part) in sum.iter_mut().zip(colour) {
                    *sum += u32::from(part);
                }
            }
            let part = |sum: u32| u8::try_from(sum / inside.max(1)).unwrap_or(u8::MAX);
            let opacity = u8::try_from(inside * 255 / (FINE * FINE)).unwrap_or(u8::MAX);
            pixels.extend([part(sum[0]), part(sum[1]), part(sum[2]), opacity]);
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: [Mark; 4] = [Mark::Well, Mark::Warning, Mark::Problem, Mark::Paused];

    /// The sign alone, without its colours.
    fn shape(mark: Mark, side: u32) -> Vec<bool> {
        let (ground, _) = colours(mark);
        let pixels = rgba(mark, side);
        pixels
            .chunks(4)
            .map(|pixel| pixel[3] == 255 && pixel[..3] != ground)
            .collect()
    }

    #[test]
    fn every_mark_has_a_shape_of_its_own() {
        for side in SIDES {
            for (index, one) in MARKS.iter().enumerate() {
                assert!(shape(*one, side).contains(&true), "{one:?}");
                for other in &MARKS[index + 1..] {
                    assert_ne!(shape(*one, side), shape(*other, side), "{one:?} and {other:?}");
                }
            }
        }
    }

    #[test]
    fn it_is_a_disc_on_nothing() {
        for side in SIDES {
            let pixels = rgba(Mark::Well, side);
            assert_eq!(pixels.len(), (side * side * 4) as usize);
            assert_eq!(pixels[3], 0, "the corner is clear");
            let middle = (side / 2 * side + side / 2) as usize * 4;
            assert_eq!(pixels[middle + 3], 255);
        }
    }
}
