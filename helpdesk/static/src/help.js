// The help centre. Every part works without this file: it suggests while somebody types, tells
// that an article is really read, what was typed and left, and sends votes without leaving the page.
import { suggestWhileTyping } from "./help/suggestions.js";
import { tellOfReading } from "./help/reading.js";
import { showMatches } from "./help/matches.js";
import { takeVotes } from "./help/votes.js";
import { keepTyped } from "./help/typed.js";

for (const box of document.querySelectorAll("form[data-suggestions]")) suggestWhileTyping(box);
for (const article of document.querySelectorAll("[data-readings]")) tellOfReading(article);
for (const form of document.querySelectorAll("form[data-matches]")) showMatches(form);
for (const form of document.querySelectorAll("form[data-vote]")) takeVotes(form);
for (const form of document.querySelectorAll("form[data-typed]")) keepTyped(form);
