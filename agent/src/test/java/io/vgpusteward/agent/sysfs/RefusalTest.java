package io.vgpusteward.agent.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.sysfs.RefusedException.Errno;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The texts as glibc and musl have them; the simulated driver's own errnos are tested end to end.
 */
final class RefusalTest {
  private static final String VF = "0000:41:00.4";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Operation not permitted           | EPERM  | it carries a type already, which must be reset to 0 first
          Device or resource busy           | EBUSY  | something holds it
          Resource busy                     | EBUSY  | something holds it
          Input/output error                | EIO    | the driver cannot create it there now: no room is left on the GPU, the GPU's other vGPUs have another size, or it does not know 1155
          I/O error                         | EIO    | the driver cannot create it there now: no room is left on the GPU, the GPU's other vGPUs have another size, or it does not know 1155
          Invalid argument                  | EINVAL | the GPU's other vGPUs have another type, or the driver cannot read the value
          Numerical result out of range     | EINVAL | the GPU's other vGPUs have another type, or the driver cannot read the value
          Result not representable          | EINVAL | the GPU's other vGPUs have another type, or the driver cannot read the value
          No such device                    | ENODEV | the driver does not know 1155
          No space left on device           | ENOSPC | no room is left on the GPU
          No such file or directory         | ENOENT | the virtual function is gone, or its driver makes no vGPUs
          Permission denied                 | EACCES | this program may not write there: run it as user 0 with the host's /sys/devices mounted writable, and let no security profile deny it
          Read-only file system             | EACCES | this program may not write there: run it as user 0 with the host's /sys/devices mounted writable, and let no security profile deny it
          Die Operation ist nicht erlaubt   | OTHER  | the driver refuses it
          """)
  void type(String text, Errno errno, String words) {
    RefusedException refused = Refusal.of(new IOException(text), VF, 1155, true);
    assertThat(refused.errno()).isEqualTo(errno);
    assertThat(refused)
        .hasMessage("writing 1155 to current_vgpu_type of 0000:41:00.4: %s (%s)", words, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Operation not permitted | EPERM  | something holds it, or it carries no type
          Device or resource busy | EBUSY  | the process of its last vGPU has not ended, or something holds it
          Input/output error      | EIO    | the driver refuses it
          """)
  void reset(String text, Errno errno, String words) {
    RefusedException refused = Refusal.of(new IOException(text), VF, 0, true);
    assertThat(refused.errno()).isEqualTo(errno);
    assertThat(refused)
        .hasMessage("writing 0 to current_vgpu_type of 0000:41:00.4: %s (%s)", words, text);
  }

  /** What the kernel says to who has the file of a function that goes open. */
  @Test
  void noSuchDevice_whereTheFileIsGone_isTheFunction() {
    RefusedException refused = Refusal.of(new IOException("No such device"), VF, 1155, false);
    assertThat(refused.errno()).isEqualTo(Errno.ENOENT);
    assertThat(refused).hasMessageContaining("the virtual function is gone");
  }

  @Test
  void openThatFails_isToldByItsException() {
    assertThat(Refusal.errno(new NoSuchFileException("/f"))).isEqualTo(Errno.ENOENT);
    assertThat(Refusal.errno(new AccessDeniedException("/f"))).isEqualTo(Errno.EACCES);
    assertThat(Refusal.errno(new FileSystemException("/f", null, "Read-only file system")))
        .isEqualTo(Errno.EACCES);
    assertThat(Refusal.text(new FileSystemException("/f"))).isEqualTo("/f");
    assertThat(Refusal.text(new IOException())).isEqualTo("IOException");
  }
}
