/**
 * What an ensemble consists of in Kubernetes, as pure functions of its spec and its identity. Nothing here knows a
 * client, a clock or a thread.
 */
@NullMarked
package dev.quorate.operator.desired;

import org.jspecify.annotations.NullMarked;
