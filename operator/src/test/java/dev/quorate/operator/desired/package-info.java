/** Golden manifests. */
@NullMarked
package dev.quorate.operator.desired;

import org.jspecify.annotations.NullMarked;
