/** Properties of the planner, and its rules one by one. */
@NullMarked
package dev.quorate.operator.plan;

import org.jspecify.annotations.NullMarked;
