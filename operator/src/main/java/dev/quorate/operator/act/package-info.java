/** Performs exactly one step against the API server, and asks members how they are. It decides nothing. */
@NullMarked
package dev.quorate.operator.act;

import org.jspecify.annotations.NullMarked;
