/** Runs members of either product as processes of their own, with equal settings, and looks into them from outside. */
@NullMarked
package dev.quorate.bench.server;

import org.jspecify.annotations.NullMarked;
