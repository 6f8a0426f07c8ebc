/** Real processes under load that are killed and paused, and a check of what their clients were promised. */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.chaos;
