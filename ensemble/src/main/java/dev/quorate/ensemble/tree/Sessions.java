package dev.quorate.ensemble.tree;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The sessions and the ephemerals of each. */
final class Sessions {
    private static final int PASSWORD_BYTES = 16;

    private final TreeMap<Long, Session> sessions = new TreeMap<>();
    private final TreeMap<Long, TreeSet<String>> ephemerals = new TreeMap<>();
    private Bytes clusterKey = Bytes.EMPTY;
    private @Nullable Mac mac;
    private int ephemeralCount;
    private long digest;

    /** Sets the secret from which passwords come. */
    void setClusterKey(Bytes key) {
        clusterKey = key;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.toArray(), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    Bytes clusterKey() {
        return clusterKey;
    }

    int size() {
        return sessions.size();
    }

    int ephemeralCount() {
        return ephemeralCount;
    }

    long digest() {
        return digest;
    }

    @Nullable
    Session get(long id) {
        return sessions.get(id);
    }

    List<Session> all() {
        return new ArrayList<>(sessions.values());
    }

    void put(Session session) {
        Session before = sessions.put(session.id(), session);
        digest += hash(session) - (before == null ? 0 : hash(before));
    }

    void remove(long id) {
        Session before = sessions.remove(id);
        digest -= before == null ? 0 : hash(before);
    }

    /** The password that belongs to a session id. */
    Bytes password(long id) {
        if (mac == null) {
            throw new IllegalStateException("there are no sessions before the founding entry");
        }
        byte[] message = new byte[8];
        for (int i = 0; i < 8; i++) {
            message[i] = (byte) (id >>> (8 * (7 - i)));
        }
        return new Bytes(Arrays.copyOf(mac.doFinal(message), PASSWORD_BYTES));
    }

    boolean passwordFits(long id, Bytes password) {
        return MessageDigest.isEqual(password(id).array(), password.toArray());
    }

    /** The paths of a session's ephemerals, in order; the set changes with them. */
    SortedSet<String> ephemerals(long id) {
        TreeSet<String> paths = ephemerals.get(id);
        return paths == null ? Collections.emptySortedSet() : paths;
    }

    void addEphemeral(long id, String path) {
        ephemerals.computeIfAbsent(id, key -> new TreeSet<>()).add(path);
        ephemeralCount++;
    }

    void removeEphemeral(long id, String path) {
        TreeSet<String> paths = ephemerals.get(id);
        if (paths == null || !paths.remove(path)) {
            throw new IllegalStateException(path + " is no ephemeral of session 0x" + Long.toHexString(id));
        }
        ephemeralCount--;
        if (paths.isEmpty()) {
            ephemerals.remove(id);
        }
    }

    private static long hash(Session session) {
        return Hash.mix(Hash.mix(session.id(), session.timeoutMs()), session.owner());
    }
}
