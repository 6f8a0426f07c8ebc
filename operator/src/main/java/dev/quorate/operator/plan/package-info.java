/**
 * From everything that is seen to the one next step, as a pure function: an ordered list of named rules, of which the
 * first that speaks wins. Nothing here knows a client, a clock or a thread.
 */
@NullMarked
package dev.quorate.operator.plan;

import org.jspecify.annotations.NullMarked;
