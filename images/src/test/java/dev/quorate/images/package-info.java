/** Builds the images a second time, and compares. */
@NullMarked
package dev.quorate.images;

import org.jspecify.annotations.NullMarked;
