package dev.quorate.ensemble.storage;

import java.io.IOException;

/** Something that was durable once cannot be read any more. */
final class DamagedLog extends IOException {
    private static final long serialVersionUID = 1;

    DamagedLog(Segment segment, long position) {
        super(segment.path + " is damaged at byte " + position);
    }
}
