/**
 * The shell around the pure core: {@code Member} is the one loop that owns the peer and the data tree, keeps each
 * session's order, and talks to the world through the ports of this package: {@code Storage}, {@code Transport},
 * {@code ClientConnection}, {@code Clock}, {@code RandomSource}. No thread lives here.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble.member;
