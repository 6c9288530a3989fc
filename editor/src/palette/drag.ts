/** The type of what is dragged from the palette: `component:<type>` or `zone:<kind>`. */
export const DRAGGED = "application/x-bartizan-element";
