package dev.quorate.ensemble.member;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who a client says to be, in ZooKeeper's schemes: {@code digest} proves a name, {@code ip} is known anyway. */
final class Authentication {
    private final byte[] superDigest;

    /** @param superDigest {@code user:hash} of the superuser; empty for none */
    Authentication(String superDigest) {
        this.superDigest = superDigest.getBytes(StandardCharsets.UTF_8);
    }

    /** The caller with what the proof shows added; null when the scheme is unknown or the proof is no proof. */
    @Nullable
    Caller authenticate(Caller caller, String scheme, @Nullable Bytes proof) {
        return switch (scheme) {
            case "ip" -> caller;
            case "digest" -> proof == null ? null : digest(caller, proof.toArray());
            default -> null;
        };
    }

    private Caller digest(Caller caller, byte[] userAndPassword) {
        String user = userOf(userAndPassword);
        String id = user + ":" + Base64.getEncoder().encodeToString(sha1(userAndPassword));
        List<Identity> identities = new ArrayList<>(caller.identities());
        add(identities, new Identity("digest", id));
        boolean isSuper = superDigest.length > 0
                && MessageDigest.isEqual(superDigest, id.getBytes(StandardCharsets.UTF_8));
        if (isSuper)
            add(identities, Identity.SUPER);
        return new Caller(caller.sessionId(), List.copyOf(identities));
    }

    private static void add(List<Identity> identities, Identity identity) {
        if (!identities.contains(identity))
            identities.add(identity);
    }

    private static String userOf(byte[] userAndPassword) {
        String text = new String(userAndPassword, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        return colon < 0 ? text : text.substring(0, colon);
    }

    /** ZooKeeper's digest scheme is SHA-1; the hash stands in ACLs that clients have written. */
    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
