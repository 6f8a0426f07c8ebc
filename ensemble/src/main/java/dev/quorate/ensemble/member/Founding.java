package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.FoundingMember;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The id of an ensemble that was given none: a hash of its founding set, so every founder derives the same. */
final class Founding {
    private static final int ID_BYTES = 16;

    private Founding() {}

    static String clusterId(List<FoundingMember> founding) {
        StringBuilder text = new StringBuilder("quorate");
        for (FoundingMember member : founding) {
            text.append(' ').append(member.id()).append(':').append(Long.toHexString(member.incarnation()));
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
