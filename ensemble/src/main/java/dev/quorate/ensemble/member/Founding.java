package dev.quorate.ensemble.member;

import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.FoundingMember;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** What an ensemble is founded with. */
final class Founding {
    private static final int ID_BYTES = 16;

    private Founding() {}

    /** A member whose line names no client address gets the one that it named itself. */
    static ConfigMember addressed(ConfigMember member, Map<Integer, String> clientAddresses) {
        String client = clientAddresses.getOrDefault(member.id(), "");
        boolean known = client.isEmpty() || member.address().isEmpty() || member.address().contains(";");
        String address = known ? member.address() : member.address() + ';' + client;
        return new ConfigMember(member.id(), member.incarnation(), member.voter(), address);
    }

    /** The id of an ensemble that was given none: a hash of its founding set, so every founder derives the same. */
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
