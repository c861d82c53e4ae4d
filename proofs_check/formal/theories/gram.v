From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Gram matrices over an ordered field: what the attainment of Fact 7 needs of positivity,    *)
(* without square roots. If S is a Gram matrix and invertible, S a_(k+1) = a_k S, and         *)
(* (a_0 + ... + a_(L-1))^T + a_1 + ... + a_(L-1) = 0, then a_0 = 0 (conjugate_cores_zero).    *)
Section Gram.
Variable F : realFieldType.

Lemma tr_sq_ge0 a b (M : 'M[F]_(a, b)) : 0 <= \tr (M *m M^T).
Proof.
apply: sumr_ge0 => i _; rewrite mxE; apply: sumr_ge0 => j _.
by rewrite mxE -expr2 sqr_ge0.
Qed.

Lemma tr_sq_eq0 a b (M : 'M[F]_(a, b)) : \tr (M *m M^T) <= 0 -> M = 0.
Proof.
move=> h; have /eqP : \tr (M *m M^T) = 0 by apply/eqP; rewrite Order.POrderTheory.eq_le h tr_sq_ge0.
have g i : 0 <= (M *m M^T) i i.
  by rewrite mxE; apply: sumr_ge0 => j _; rewrite mxE -expr2 sqr_ge0.
rewrite psumr_eq0 // => /allP H; apply/matrixP => i j.
have := H i (mem_index_enum _); rewrite /= mxE psumr_eq0 => [/allP /(_ j (mem_index_enum _))|k _].
  by rewrite /= !mxE -expr2 sqrf_eq0 => /eqP.
by rewrite mxE -expr2 sqr_ge0.
Qed.

Lemma gram_unit a b (Z : 'M[F]_(a, b)) : row_free Z -> Z *m Z^T \in unitmx.
Proof.
move=> Zf; rewrite -row_free_unit -kermx_eq0; set K := kermx _.
have : K *m Z *m (K *m Z)^T = 0.
  by rewrite trmx_mul mulmxA -[K *m Z *m _]mulmxA mulmx_ker mul0mx.
move=> e; have /eqP : K *m Z = 0 by apply: tr_sq_eq0; rewrite e mxtrace0.
by rewrite mulmx_free_eq0.
Qed.

Variable q : nat.
Implicit Types A B T a : 'M[F]_q.

(* A is a Gram matrix. *)
Definition psd A := exists n (Z : 'M[F]_(q, n)), A = Z *m Z^T.

Lemma psd_tr A B a : psd A -> psd B -> a^T = a -> 0 <= \tr (a *m A *m a *m B).
Proof.
move=> [n [Z ->]] [k [V ->]] aT.
have := tr_sq_ge0 (V^T *m a *m Z); congr (_ <= _).
by rewrite !trmx_mul trmxK aT !mulmxA [RHS]mxtrace_mulC !mulmxA.
Qed.

(* The power T^l. *)
Definition mx_power T l := iter l (mulmx T) 1%:M.

Lemma mx_powerC T l : mx_power T l *m T = T *m mx_power T l.
Proof. by elim: l => [|l IH] /=; rewrite ?mulmx1 ?mul1mx // -mulmxA IH. Qed.

Lemma psd_mx_power T l : T^T = T -> psd T -> psd (mx_power T l).
Proof.
move=> TT Tp; suff: psd (mx_power T l) /\ psd (mx_power T l.+1) by case.
elim: l => [|l [IH1 IH2]]; first split.
- by exists q, 1%:M; rewrite trmx1 mulmx1.
- by rewrite /= mulmx1.
split=> //; have [n [Z E]] := IH1; exists n, (T *m Z).
by rewrite /= trmx_mul TT -/(mx_power T l) -mx_powerC E !mulmxA.
Qed.

Lemma conjugate_cores_zero (S : 'M[F]_q) L (a : nat -> 'M[F]_q) : (0 < L)%N ->
    S \in unitmx -> psd S ->
    (forall k, (k.+1 < L)%N -> S *m a k.+1 = a k *m S) ->
    (\sum_(0 <= l < L) a l)^T + \sum_(1 <= l < L) a l = 0 -> a 0%N = 0.
Proof.
move=> L0 SU Sp aS; rewrite big_ltn //; set t := \sum_(1 <= l < L) _.
have ST : S^T = S by case: Sp => n [Z ->]; rewrite trmx_mul trmxK.
set T := invmx S; have TT : T^T = T by rewrite trmx_inv ST.
have Tp : psd T.
  case: Sp => n [Z E]; exists n, (T *m Z).
  by rewrite trmx_mul TT mulmxA -[T *m Z *m _]mulmxA -E mulVmx // mul1mx.
have aE k : (k < L)%N -> a k = mx_power T k *m a 0%N *m mx_power S k.
  elim: k => [|k IH] kL; first by rewrite mul1mx mulmx1.
  rewrite -[a k.+1](mulKmx SU) aS // IH ?(ltnW kL) // -/T /= -!mulmxA.
  by rewrite -/(mx_power S k) mx_powerC.
rewrite linearD /= -addrA => /eqP; rewrite addr_eq0 => /eqP e.
have a0T : (a 0%N)^T = a 0%N.
  by rewrite e -[RHS]trmxK e [RHS]linearN [in RHS]linearD /= trmxK addrC.
have t0 : 0 <= \tr (a 0%N *m t).
  rewrite mulmx_sumr raddf_sum /= big_nat sumr_ge0 // => l /andP[_ lL].
  by rewrite (aE l) // !mulmxA psd_tr //; apply: psd_mx_power.
apply: tr_sq_eq0; rewrite e mulmxN mulmxDr raddfN raddfD /=.
have -> : \tr (a 0%N *m t^T) = \tr (a 0%N *m t).
  by rewrite -mxtrace_tr trmx_mul trmxK a0T mxtrace_mulC.
by rewrite oppr_le0 addr_ge0.
Qed.
End Gram.
