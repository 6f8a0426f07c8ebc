/** Tests of the shell. */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble.member;
