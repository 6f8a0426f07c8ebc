/** Keeps the definition in the jar equal to the classes. */
@NullMarked
package dev.quorate.crds;

import org.jspecify.annotations.NullMarked;
