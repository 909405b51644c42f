"""What a reader may conclude from the kind of an item, in words that a parent understands. Plain text, no Django.

The kind is set for each item by a curator; who published it decides nothing.
"""

from typing import NamedTuple


class EvidenceKind(NamedTuple):
    noun: str  # "a guideline", as it stands within a sentence
    gist: str  # after "Guideline: "
    means: str  # how it came about, in one or two sentences
    how_sure: str  # what one may take from it, and what not


KINDS = {
    "guideline": EvidenceKind(
        "a guideline",
        "what good care should be like",
        "A panel weighed the studies and set out what services should do.",
        "It is the strongest kind of advice in this library. Services are expected to follow it, or to say why not. "
        "It is not law, and it leaves room for what you want.",
    ),
    "quality_standard": EvidenceKind(
        "a quality standard",
        "the parts of a guideline that matter most",
        "It is a short list, taken from a guideline, of what each service should do.",
        "You can be as sure of it as of the guideline behind it. Services can use it to check their own care.",
    ),
    "systematic_review": EvidenceKind(
        "a review of studies",
        "all the studies on one question, put together",
        "Its authors looked for all the studies on one question. Then they weighed them as a whole.",
        "It tells you more than any one study can. It can only be as good as the studies that it found, and new ones "
        "may have come out since.",
    ),
    "journal_article": EvidenceKind(
        "an article in a journal",
        "one study, or what its authors think",
        "Other experts read it before it was printed. It tells of one study, or gives the view of its authors.",
        "One study is one piece of the puzzle. The next one may find something else, so look for a review of "
        "studies or a guideline too.",
    ),
    "report": EvidenceKind(
        "a report",
        "what an organisation found or plans",
        "A group of people looked into something, or made a plan, and wrote it down.",
        "It can be very careful work, but there is no set way to make a report. Look at who wrote it and how they "
        "found out.",
    ),
    "competence_framework": EvidenceKind(
        "a competence framework",
        "what people need to know and be able to do",
        "A group of experts agreed what good help takes. Some of them had been in need of help before.",
        "It is what experts agreed on. It can guide training. It does not show that a course works.",
    ),
    "toolkit": EvidenceKind(
        "a toolkit",
        "help for services to check and change what they do",
        "It has lists, steps and forms for teams that want to make their care better.",
        "It is practical help. It rests on other work, such as guidelines, so look at what it names as its source.",
    ),
    "training_course": EvidenceKind(
        "a course",
        "learning for people who want to help",
        "You learn with it, alone or in a group.",
        "Being on this list does not mean that the course was tested. Where we know of a test, we say so.",
    ),
    "training_package": EvidenceKind(
        "a training package",
        "training that a team can book",
        "A group of trainers plans it with you and runs it for whole teams.",
        "Being on this list does not mean that the training was tested. Where we know of a test, we say so.",
    ),
    "leaflet": EvidenceKind(
        "a leaflet or guide",
        "a few pages to read, print or share",
        "It puts what is known into short, plain words.",
        "It does not list its proof as a study does. You rely on the people who wrote it, so look at who they are.",
    ),
    "website": EvidenceKind(
        "a website",
        "pages to read, or people to talk to, online",
        "It can change at any time, and we can only look at it now and then.",
        "You rely on the people who run it, so look at who they are. If it does not feel right, leave it.",
    ),
    "app": EvidenceKind(
        "an app",
        "something to use on a phone or tablet",
        "You put it on your phone and use it when you want to.",
        "An app can help, but it does not take the place of a person. Few apps were tested in studies. Where we know "
        "of a test, we say so.",
    ),
    "video": EvidenceKind(
        "a video",
        "something to watch",
        "People talk about what they know, or what they have lived through.",
        "It is the view of the people in it. It can help you to understand, and it is not proof.",
    ),
    "dataset": EvidenceKind(
        "a set of figures",
        "numbers about many people",
        "Someone counted in the same way, in many places or for many years.",
        "The numbers show how things are for many people. They cannot say what will happen to one person.",
    ),
}
