/**
 * What a member tells people and their tools about itself: the pages of the admin HTTP port, the metrics and the
 * four-letter words. All of it is text made of a {@code Status}; nothing here knows a socket.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble.admin;
