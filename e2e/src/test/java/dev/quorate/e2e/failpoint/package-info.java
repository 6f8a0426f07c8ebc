/**
 * The operator is killed after each of its calls in turn, and shown old lists: whatever happens, one ensemble is
 * founded and becomes Ready. Members are a model here; how real ones behave is told by the scenarios.
 */
@NullMarked
package dev.quorate.e2e.failpoint;

import org.jspecify.annotations.NullMarked;
