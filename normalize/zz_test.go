package normalize
import ("testing";"os";"io";"bytes";"newsclean/rules")
func BenchmarkPages(b *testing.B){
 t0,_:=rules.Builtin(); rules.Compile(t0...); data,_:=os.ReadFile(os.Getenv("NUL")); t,_:=rules.Builtin(); set,_:=rules.Compile(t...); n,_:=New(set,Options{Null:true})
 b.SetBytes(int64(len(data))); b.ResetTimer()
 for i:=0;i<b.N;i++{ n.Copy(io.Discard, bytes.NewReader(data)) }
}
