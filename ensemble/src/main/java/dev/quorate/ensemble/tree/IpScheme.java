package dev.quorate.ensemble.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The scheme {@code ip}: an address, IPv4 or IPv6, or a network as {@code address/bits}. */
final class IpScheme {
    private static final int V6_GROUPS = 8;

    private IpScheme() {}

    static boolean valid(String expression) {
        byte[] network = address(addressPart(expression));
        return network != null && bits(expression, network.length * 8) >= 0;
    }

    /** Whether an address lies in the network that an access list names. */
    static boolean matches(String address, String expression) {
        byte[] network = address(addressPart(expression));
        byte[] remote = address(address);
        if (network == null || remote == null || network.length != remote.length) {
            return false;
        }
        int bits = bits(expression, network.length * 8);
        return bits >= 0 && samePrefix(network, remote, bits);
    }

    private static boolean samePrefix(byte[] one, byte[] other, int bits) {
        int whole = bits / 8;
        if (!Arrays.equals(one, 0, whole, other, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0 || ((one[whole] ^ other[whole]) & 0xFF) >>> (8 - rest) == 0;
    }

    private static String addressPart(String expression) {
        int slash = expression.indexOf('/');
        return slash < 0 ? expression : expression.substring(0, slash);
    }

    /** The bits that count; −1 when they are not a number from 0 to {@code all}. */
    private static int bits(String expression, int all) {
        int slash = expression.indexOf('/');
        if (slash < 0) {
            return all;
        }
        int bits = number(expression, slash + 1, expression.length(), 10);
        return bits <= all ? bits : -1;
    }

    private static byte @Nullable [] address(String text) {
        return text.indexOf(':') < 0 ? v4(text) : v6(text);
    }

    private static byte @Nullable [] v4(String text) {
        byte[] address = new byte[4];
        int from = 0;
        for (int i = 0; i < 4; i++) {
            int dot = text.indexOf('.', from);
            int to = i == 3 ? text.length() : dot;
            int part = to < 0 || (i == 3 && dot >= 0) ? -1 : number(text, from, to, 10);
            if (part < 0 || part > 255) {
                return null;
            }
            address[i] = (byte) part;
            from = to + 1;
        }
        return address;
    }

    private static byte @Nullable [] v6(String text) {
        int gap = text.indexOf("::");
        int[] head = groups(gap < 0 ? text : text.substring(0, gap));
        int[] tail = gap < 0 ? new int[0] : groups(text.substring(gap + 2));
        if (head == null || tail == null) {
            return null;
        }
        int known = head.length + tail.length;
        if (gap < 0 ? known != V6_GROUPS : known >= V6_GROUPS) {
            return null;
        }
        byte[] address = new byte[2 * V6_GROUPS];
        for (int i = 0; i < head.length; i++) {
            putGroup(address, i, head[i]);
        }
        for (int i = 0; i < tail.length; i++) {
            putGroup(address, V6_GROUPS - tail.length + i, tail[i]);
        }
        return address;
    }

    private static int @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        int[] groups = new int[V6_GROUPS];
        int count = 0;
        int from = 0;
        while (from <= text.length()) {
            int colon = text.indexOf(':', from);
            int to = colon < 0 ? text.length() : colon;
            int group = to - from > 4 ? -1 : number(text, from, to, 16);
            if (group < 0 || count == V6_GROUPS) {
                return null;
            }
            groups[count++] = group;
            from = to + 1;
        }
        return Arrays.copyOf(groups, count);
    }

    private static void putGroup(byte[] address, int index, int group) {
        address[2 * index] = (byte) (group >>> 8);
        address[2 * index + 1] = (byte) group;
    }

    private static int number(String text, int from, int to, int radix) {
        if (from >= to || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
