package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// process is a server that was started, as a process of its own.
type process struct {
	command *exec.Cmd
	url     string
	log     string
	stdin   io.Closer
}

func (p *process) pid() int { return p.command.Process.Pid }

func (p *process) close() {
	_ = p.stdin.Close()
	_ = p.command.Process.Signal(os.Interrupt)
	done := make(chan struct{})
	go func() {
		_ = p.command.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(15 * time.Second):
		_ = p.command.Process.Kill()
	}
}

// startPeer starts a peer of ours and returns once it listens.
func startPeer(p *pki, mutual bool) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	arguments := []string{"peer", "-child", "-certificate", p.file("server.crt"), "-key", p.file("server.key")}
	if mutual {
		arguments = append(arguments, "-client-ca", p.file("ca.crt"))
	}
	command := exec.Command(self, arguments...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the peer does not start: %w", err)
	}
	return &process{command: command, url: strings.TrimSpace(line), stdin: in}, nil
}

// startSteward starts the program under test and returns once it is ready. It listens where the flags say, by the
// server's certificate of the PKI; the metrics' port is chosen here.
func startSteward(p *pki, jvm []string, flags ...string) (*process, error) {
	java, jar := filepath.Join(os.Getenv("JAVA_HOME"), "bin", "java"), os.Getenv("STEWARD_JAR")
	if jar == "" {
		return nil, errors.New("STEWARD_JAR does not say where the program is; start this by bench/run")
	}
	log, err := os.Create(p.file("vgpu-steward.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	// The flags of ./vgpu-steward.
	arguments := append([]string{"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"}, jvm...)
	arguments = append(arguments, "-jar", jar, "serve", "--tls-certificate="+p.file("server.crt"),
		"--tls-key="+p.file("server.key"), "--metrics-listen=127.0.0.1:0", "--listen=127.0.0.1:0")
	command := exec.Command(java, append(arguments, flags...)...)
	command.Stderr = log
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	// A profiler may say something first.
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, isReady := strings.CutPrefix(lines.Text(), "ready "); isReady {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return &process{command: command, url: address, log: log.Name(), stdin: in}, nil
		}
	}
	_ = command.Wait()
	said, _ := os.ReadFile(log.Name())
	return nil, fmt.Errorf("vgpu-steward does not start: %s", said)
}

// logged returns the first group of a pattern in what the process has logged.
func (p *process) logged(pattern string) (string, error) {
	content, err := os.ReadFile(p.log)
	if err != nil {
		return "", err
	}
	match := regexp.MustCompile(pattern).FindSubmatch(content)
	if match == nil {
		return "", fmt.Errorf("%s does not say %s", p.log, pattern)
	}
	return string(match[1]), nil
}

// heapAfterGC is what the JVM's heap holds after a full collection, in bytes.
func (p *process) heapAfterGC() (int64, error) {
	jcmd := filepath.Join(os.Getenv("JAVA_HOME"), "bin", "jcmd")
	pid := strconv.Itoa(p.pid())
	if err := exec.Command(jcmd, pid, "GC.run").Run(); err != nil {
		return 0, fmt.Errorf("jcmd GC.run: %w", err)
	}
	out, err := exec.Command(jcmd, pid, "GC.heap_info").Output()
	if err != nil {
		return 0, fmt.Errorf("jcmd GC.heap_info: %w", err)
	}
	// Serial: "DefNew     total 116224K, used 38K [..." and "Tenured    total 258048K, used 63333K [...".
	var used int64
	for _, match := range regexp.MustCompile(`(?:DefNew|Tenured)\s+total \d+K, used (\d+)K`).FindAllSubmatch(out, -1) {
		kib, _ := strconv.ParseInt(string(match[1]), 10, 64)
		used += kib << 10
	}
	if used == 0 {
		return 0, fmt.Errorf("jcmd GC.heap_info says something else: %s", out)
	}
	return used, nil
}

// residentOf is the memory of a process that is in RAM, in bytes.
func residentOf(pid int) int64 {
	content, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if match := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(content); match != nil {
		kib, _ := strconv.ParseInt(string(match[1]), 10, 64)
		return kib << 10
	}
	return 0
}

// cpuOf is the CPU time that a process has taken.
func cpuOf(pid int) time.Duration {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// After the name in parentheses, utime and stime are the 12th and 13th, in hundredths of a second.
	_, rest, _ := strings.Cut(string(content), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// loadAverage is that of the machine over the last minute, which tells how much of the cores others take.
func loadAverage() string {
	content, _ := os.ReadFile("/proc/loadavg")
	return strings.Fields(string(content) + " ?")[0]
}

func statusOf(url string) int {
	answer, err := (&http.Client{Timeout: time.Second}).Get(url)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}
