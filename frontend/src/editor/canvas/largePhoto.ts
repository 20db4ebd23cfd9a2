/** Above so many pixels a photo is kept in levels; browsers handle smaller ones well. */
export const LARGE_PHOTO = 4_000_000;
