/**
 * Builds the container images of server and operator: a Java runtime with the modules they need, their jars, and an
 * archive of their classes that is mapped at start instead of read. The same sources give the same image, bit by bit.
 */
@NullMarked
package dev.quorate.images;

import org.jspecify.annotations.NullMarked;
