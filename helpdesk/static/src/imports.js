// The page of an import: its progress comes in by itself.
import htmx from "htmx.org";

window.htmx = htmx;
