package dev.quorate.ensemble.net;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a member shows that it has the shared key: HMAC-SHA-256 over which side it is, its own greeting and the greeting
 * of the side that checks. The greetings hold both ids and both nonces, so a proof fits one connection, one direction
 * and one pair of members.
 */
final class PeerProof {
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;

    PeerProof(byte[] key) {
        this.key = key;
    }

    /** @param dialer whether the side that proves itself opened the connection */
    byte[] of(boolean dialer, byte[] proverHello, byte[] verifierHello) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update((byte) (dialer ? 1 : 2));
            mac.update(lengthOf(proverHello));
            mac.update(proverHello);
            mac.update(verifierHello);
            return mac.doFinal();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java has " + ALGORITHM, missing);
        }
    }

    /** Compares in a time that does not tell how much was right. */
    static boolean matches(byte[] expected, byte[] given) {
        return MessageDigest.isEqual(expected, given);
    }

    private static byte[] lengthOf(byte[] bytes) {
        return new byte[]{(byte) (bytes.length >>> 8), (byte) bytes.length};
    }
}
