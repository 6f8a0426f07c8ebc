/** The round of the operator: observe, plan, act, report. It never blocks on the state of an ensemble. */
@NullMarked
package dev.quorate.operator.reconcile;

import org.jspecify.annotations.NullMarked;
