/** What members answer. */
@NullMarked
package dev.quorate.operator.act;

import org.jspecify.annotations.NullMarked;
