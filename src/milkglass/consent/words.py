"""Words: what our dialog says around the policy's notice, in each of its languages.

They are part of what a person agreed to: the hash of a serving covers them, and a changed word needs no new version.
Short sentences on purpose: reading grade 8 at most (docs/consent.md).
"""

from collections.abc import Mapping

from milkglass.wire.values import Purpose

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "May we record how you use this page?",
        "yes": "Yes, record",
        "no": "No, do not record",
        "close": "Close. This means no.",
        "choose": "You choose what for",
        "none": "Choose at least one, or say no.",
        "failed": "That did not work. Nothing is recorded. Please try again.",
        "mark": "Recording",
        "mark_about": "This page is being recorded, without your words and names.",
        "stop": "Stop recording",
        "erase": "Stop and erase what was recorded",
        "stopped": "Recording has stopped.",
        "erased": "Recording has stopped. What was recorded will be erased.",
        "receipt": "Save my receipt",
        Purpose.REPLAY.value: "Help with problems",
        "replay_about": "Support can replay what happened. All that you type, and all names, are hidden.",
        Purpose.HEATMAP.value: "Counts for the whole class",
        "heatmap_about": "We count where many people click. Nobody can see what one person did.",
    },
    "es": {
        "title": "¿Podemos grabar cómo usa esta página?",
        "yes": "Sí, grabar",
        "no": "No, no grabar",
        "close": "Cerrar. Esto significa no.",
        "choose": "Usted elige para qué",
        "none": "Elija al menos una opción, o diga que no.",
        "failed": "Eso no funcionó. No se graba nada. Inténtelo otra vez.",
        "mark": "Grabando",
        "mark_about": "Esta página se está grabando, sin sus palabras ni nombres.",
        "stop": "Dejar de grabar",
        "erase": "Dejar de grabar y borrar lo grabado",
        "stopped": "La grabación se ha detenido.",
        "erased": "La grabación se ha detenido. Lo grabado se borrará.",
        "receipt": "Guardar mi recibo",
        Purpose.REPLAY.value: "Ayuda con problemas",
        "replay_about": "El soporte puede ver qué pasó. Todo lo que escribe, y todos los nombres, están ocultos.",
        Purpose.HEATMAP.value: "Recuentos de toda la clase",
        "heatmap_about": "Contamos dónde hace clic mucha gente. Nadie puede ver qué hizo una sola persona.",
    },
}


def words_of(language: str) -> Mapping[str, str] | None:
    """Return the words of a notice's language, by its first part; None for one that the dialog does not speak."""
    return WORDS.get(language.partition("-")[0])
