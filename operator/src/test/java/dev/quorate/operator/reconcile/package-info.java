/** What is reported. */
@NullMarked
package dev.quorate.operator.reconcile;

import org.jspecify.annotations.NullMarked;
