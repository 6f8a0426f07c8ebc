/** Lints the chart, renders it, and keeps equal what it copies from elsewhere. */
@NullMarked
package dev.quorate.charts;

import org.jspecify.annotations.NullMarked;
