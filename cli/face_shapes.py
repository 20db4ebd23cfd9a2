"""facet landmarks shapes: learns what faces look like as points, from the faces that the shipped weights are trained on."""

from pathlib import Path

from cli.console import CommandFailed, failed
from cli.landmark_scores import open_folder
from cli.training_pictures import photo_heads, rendered_faces
from ml.data.errors import DataError
from ml.data.held_out import learned_from
from ml.data.whole_files import write_whole
from ml.landmarks import recipe
from ml.landmarks.face_shapes import FaceShapes


def learn_shapes(data: Path, out: Path, work_dir: Path, *, rendered: int, heads: int) -> int:
    """Writes the file of shapes; returns 0, or 1 when a file could not be read.

    Args:
        data: labeled folder with 106 points a photo; its last photos in the order of names, which scores are measured on,
            are left out.
        out: the file to write.
        work_dir: of a training, which has drawn the same pictures, or a folder to draw them into.
        rendered: how many rendered faces to learn from, besides.
        heads: likewise, pictures of the people of `data` as heads in other poses.
    """
    try:
        folder = open_folder(data, 106)
        learned = learned_from(len(folder))
        size, first = recipe.RENDERED_SIZE, recipe.FIRST_SEED
        faces = [folder.points(index)[0] for index in range(learned)] * recipe.SHAPE_REPEATS
        for drawn in (
            rendered_faces(work_dir / f"rendered-{size}", range(first, first + rendered)),
            photo_heads(work_dir / f"heads-{size}", range(heads), [(data, learned)] if heads else []),
        ):
            faces += [face.points for face in drawn]
        write_whole(out, FaceShapes.learn(faces).dump())
    except CommandFailed as failure:
        return failed(failure)
    except (DataError, ValueError, OSError) as error:
        return failed(CommandFailed(str(error)))
    print(f"{out}: the shapes of {learned + rendered + heads} faces, each also in a mirror")
    return 0
