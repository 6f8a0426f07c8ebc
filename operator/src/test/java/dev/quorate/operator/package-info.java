/** The shape of the operator, and its settings. */
@NullMarked
package dev.quorate.operator;

import org.jspecify.annotations.NullMarked;
