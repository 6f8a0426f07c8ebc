/**
 * The Java model of the {@code Ensemble} resource, {@code quorate.dev/v1alpha1}: what a user asks for and what the
 * operator reports. The custom resource definition in this jar is generated from these classes by a test, so that
 * other programs may use either.
 */
@NullMarked
package dev.quorate.crds;

import org.jspecify.annotations.NullMarked;
