From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian kernel_equations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* What the equations of the kernel say at weights that carry q units straight through the *)
(* network. inj l : q -> M l and proj l : M l -> q with proj l *m inj l = 1 are intertwined *)
(* by the weights, and rest l = 1 - inj l *m proj l is the projection on what is left.  On *)
(* the q units G is S, an invertible matrix; what G does beside them is not seen by the law *)
(* of balance.  For a direction U of the kernel put core l = proj l.+1 *m U l *m inj l, a q x *)
(* q matrix.  Then *)
(*   - S core (l+1) = core l S, so that all cores are conjugate to core 0; *)
(*   - U l maps rest to rest, except for l = 0 and inj l to rest, except for l = L - 1; *)
(*   - the first and the last equation say what is left of these. *)
Section Elimination.
Variables (F : fieldType) (M : nat -> nat) (L' q : nat).
Notation L := L'.+1.
Variables (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (inj : forall l, 'M[F]_(M l, q)) (proj : forall l, 'M[F]_(q, M l)).
Notation chain := (chain W).

(* The weights carry q units from the input to the output. *)
Record carried : Prop := Carried {
  proj_inj_of : forall l, (l <= L)%N -> proj l *m inj l = 1%:M;
  chain_inj_of : forall j k, (j <= k)%N -> (k <= L)%N -> chain j k *m inj j = inj k;
  proj_chain_of : forall j k, (j <= k)%N -> (k <= L)%N -> proj k *m chain j k = proj j }.
Hypothesis units : carried.
Let proj_inj := proj_inj_of units.
Let chain_inj := chain_inj_of units.
Let proj_chain := proj_chain_of units.

(* What is left beside the units. *)
Definition rest l : 'M[F]_(M l) := 1%:M - inj l *m proj l.

Lemma proj_rest l : (l <= L)%N -> proj l *m rest l = 0.
Proof. by move=> lL; rewrite /rest mulmxBr mulmx1 mulmxA proj_inj // mul1mx subrr. Qed.

Lemma rest_inj l : (l <= L)%N -> rest l *m inj l = 0.
Proof. by move=> lL; rewrite /rest mulmxBl mul1mx -mulmxA proj_inj // mulmx1 subrr. Qed.

Lemma rest_rest l : (l <= L)%N -> rest l *m rest l = rest l.
Proof. by move=> lL; rewrite {2}/rest mulmxBr mulmx1 mulmxA rest_inj // mul0mx subr0. Qed.

Lemma rest_chain j k : (j <= k)%N -> (k <= L)%N -> rest k *m chain j k = chain j k *m rest j.
Proof.
move=> jk kL; rewrite /rest mulmxBl mulmxBr mul1mx mulmx1; congr (_ - _).
by rewrite -mulmxA proj_chain // mulmxA chain_inj.
Qed.

Lemma rank_inj l : (l <= L)%N -> \rank (inj l) = q.
Proof.
move=> lL; apply/eqP; rewrite eqn_leq rank_leq_col -{1}(mxrank1 F q) -(proj_inj lL).
exact: mxrankM_maxr.
Qed.

Lemma rank_proj l : (l <= L)%N -> \rank (proj l) = q.
Proof.
move=> lL; apply/eqP; rewrite eqn_leq rank_leq_row -{1}(mxrank1 F q) -(proj_inj lL).
exact: mxrankM_maxl.
Qed.

Lemma rank_rest l : (l <= L)%N -> (\rank (rest l) <= M l - q)%N.
Proof.
move=> lL; have := mulmx0_rank_max (rest_inj lL); rewrite rank_inj // => h.
by rewrite -(leq_add2r q) subnK // (leq_trans _ h) // leq_addl.
Qed.

Variables (T G : 'M[F]_(M 0%N, M L)) (S : 'M[F]_q).

(* G beside the q units. *)
Definition aside : 'M[F]_(M 0%N, M L) := G - inj 0 *m S *m proj L.

(* G maps the q units onto each other by S; the law of balance sees nothing of it beside them. *)
Record returned : Prop := Returned {
  S_unit_of : S \in unitmx;
  G_inj_of : G *m inj L = inj 0 *m S;
  proj_G_of : proj 0 *m G = S *m proj L;
  aside_unseen_of : forall k, (k < L)%N -> chain 0 k *m aside *m chain k.+1 L = 0 }.
Hypothesis residual : returned.
Let S_unit := S_unit_of residual.
Let G_inj := G_inj_of residual.
Let proj_G := proj_G_of residual.
Let aside_unseen := aside_unseen_of residual.

Lemma rest_G : rest 0 *m G = aside.
Proof. by rewrite /rest mulmxBl mul1mx -mulmxA proj_G mulmxA. Qed.

Lemma G_rest : G *m rest L = aside.
Proof. by rewrite /rest mulmxBr mulmx1 mulmxA G_inj. Qed.

Lemma rest_aside : rest 0 *m aside = aside.
Proof. by rewrite -rest_G mulmxA rest_rest. Qed.

Lemma aside_rest : aside *m rest L = aside.
Proof. by rewrite -G_rest -mulmxA rest_rest. Qed.

Lemma G_seen k : (k < L)%N -> chain 0 k *m G *m chain k.+1 L = inj k *m S *m proj k.+1.
Proof.
move=> kL; rewrite -[G](subrK (inj 0 *m S *m proj L)) -/aside mulmxDr mulmxDl.
rewrite aside_unseen // add0r !mulmxA chain_inj //; last exact: ltnW.
by rewrite -mulmxA proj_chain.
Qed.

Variable U : forall i, 'M[F]_(M i.+1, M i).
Notation d_chain := (d_chain W U).
Hypothesis equations : forall k, (k < L)%N -> layer_equation W U T G k = 0.

(* What a direction does on the units. *)
Definition core l : 'M[F]_q := proj l.+1 *m U l *m inj l.

Lemma balance_seen k : (k.+1 < L)%N ->
  inj k.+1 *m S *m proj k.+2 *m U k.+1 = U k *m (inj k *m S *m proj k.+1).
Proof. by move=> kL; have := balance equations kL; rewrite !G_seen // ltnW. Qed.

Lemma balance_proj k : (k.+1 < L)%N ->
  S *m proj k.+2 *m U k.+1 = proj k.+1 *m U k *m inj k *m S *m proj k.+1.
Proof.
move=> kL; have /(congr1 (fun A => proj k.+1 *m A)) := balance_seen kL.
by rewrite !mulmxA proj_inj ?(ltnW kL) // mul1mx.
Qed.

(* The cores are conjugate. *)
Lemma core_step k : (k.+1 < L)%N -> S *m core k.+1 = core k *m S.
Proof.
move=> kL; rewrite /core !mulmxA balance_proj // -mulmxA proj_inj ?mulmx1 //.
exact: ltnW.
Qed.

Lemma core0 l : core 0 = 0 -> (l < L)%N -> core l = 0.
Proof.
move=> c0; elim: l => // l IH lL.
by rewrite -[core _](mulKmx S_unit) core_step // IH ?mul0mx ?mulmx0 // ltnW.
Qed.

(* Nothing passes from the rest into the q units, behind the first layer. *)
Lemma nothing_in k : (k.+1 < L)%N -> proj k.+2 *m U k.+1 *m rest k.+1 = 0.
Proof.
move=> kL; rewrite -[LHS](mulKmx S_unit) !mulmxA.
rewrite -[invmx S *m S *m _]mulmxA -[invmx S *m _ *m U _]mulmxA balance_proj //.
by rewrite -!mulmxA proj_rest ?mulmx0 // ltnW.
Qed.

(* Nothing passes from the q units into the rest, before the last layer. *)
Lemma nothing_out k : (k.+1 < L)%N -> rest k.+1 *m U k *m inj k = 0.
Proof.
move=> kL; have kL1 := ltnW kL.
have /(congr1 (fun A => rest k.+1 *m A *m inj k.+1)) := balance_seen kL.
rewrite !mulmxA rest_inj // !mul0mx -[_ *m proj k.+1 *m _]mulmxA proj_inj // mulmx1.
by move=> /(congr1 (fun A => A *m invmx S)); rewrite mul0mx mulmxK.
Qed.

(* The differential on the q units adds up the cores. *)
Lemma d_chain_core j : (j <= L)%N -> proj L *m d_chain j L *m inj j = \sum_(j <= l < L) core l.
Proof.
move=> jL; rewrite d_chain_sum // mulmx_sumr mulmx_suml.
apply: eq_big_nat => l /andP[jl lL].
by rewrite !mulmxA proj_chain // -[_ *m chain _ _ *m _]mulmxA chain_inj // ltnW.
Qed.

(* From the rest into the q units only the first layer leads ... *)
Lemma d_chain_in k : (0 < k)%N -> (k <= L)%N ->
  proj k *m d_chain 0 k *m rest 0 = proj 1 *m U 0%N *m rest 0.
Proof.
case: k => // k _ kL; rewrite d_chain_sum // big_mkord (bigD1 ord0) //= chain_id mulmx1.
rewrite mulmxDr mulmxDl mulmxA proj_chain // mulmx_sumr mulmx_suml big1 ?addr0 // => -[l lk].
rewrite -val_eqE /= -lt0n => l0; have lL : (l < L)%N := leq_trans lk kL.
rewrite !mulmxA proj_chain // -[_ *m chain 0 l *m _]mulmxA -rest_chain ?(ltnW lL) // mulmxA.
by case: l l0 lk lL => // l _ _ lL; rewrite nothing_in ?mul0mx.
Qed.

(* ... and from the q units into the rest only the last one. *)
Lemma d_chain_out j : (j <= L')%N ->
  rest L *m d_chain j L *m inj j = rest L *m U L' *m inj L'.
Proof.
move=> jL; rewrite d_chain_sum ?(leqW jL) // big_nat_recr //= chain_id mul1mx.
rewrite mulmxDr mulmxDl -[_ *m (U L' *m _) *m _]mulmxA -[U L' *m _ *m _]mulmxA chain_inj //.
rewrite mulmxA mulmx_sumr mulmx_suml big_nat big1 ?add0r // => l /andP[jl lL].
have lL1 : (l < L)%N := leqW lL.
rewrite -[_ *m _ *m inj j]mulmxA -[_ *m chain j l *m _]mulmxA chain_inj ?(ltnW lL1) //.
rewrite -[chain _ _ *m U l *m _]mulmxA mulmxA rest_chain //.
by rewrite -mulmxA [rest _ *m (_ *m _)]mulmxA nothing_out ?mulmx0.
Qed.

(* The equation of the first layer, cut by the q units and by the rest. *)
Lemma first_equation : T *m chain 1 L + G *m d_chain 1 L = 0.
Proof.
by have := equations (ltn0Sn L'); rewrite /layer_equation chain_id d_chain_id !mul1mx !mul0mx addr0.
Qed.

Lemma first_core : proj 0 *m T *m inj L + S *m (\sum_(1 <= l < L) core l) = 0.
Proof.
have /(congr1 (fun A => proj 0 *m A *m inj 1)) := first_equation.
rewrite mulmx0 mul0mx mulmxDr mulmxDl -!mulmxA chain_inj // !mulmxA proj_G.
by rewrite -!mulmxA [proj L *m _]mulmxA d_chain_core.
Qed.

(* With a single layer T vanishes, and all of G is seen. *)
Lemma single_layer_seen : L' = 0%N -> T = 0 /\ aside = 0.
Proof.
move=> L0; have cancel n j (A : 'M_(n, M L)) : j = L -> A *m chain j L = 0 -> A = 0.
  by move=> ->; rewrite chain_id mulmx1.
have d0 j : j = L -> d_chain j L = 0 by move=> ->; rewrite d_chain_id.
split; apply: (cancel _ 1%N); rewrite ?L0 //.
  by have := first_equation; rewrite (d0 1%N) ?L0 // mulmx0 addr0.
by have := aside_unseen (ltn0Sn L'); rewrite chain_id mul1mx.
Qed.

Lemma first_rest : rest 0 *m T *m inj L + aside *m (rest L *m U L' *m inj L') = 0.
Proof.
have [L0|L1] := posnP L'.
  by have [-> ->] := single_layer_seen L0; rewrite mulmx0 !mul0mx addr0.
have /(congr1 (fun A => rest 0 *m A *m inj 1)) := first_equation.
rewrite mulmx0 mul0mx mulmxDr mulmxDl -!mulmxA chain_inj // [rest 0 *m (G *m _)]mulmxA rest_G.
rewrite [aside *m _]mulmxA -[X in _ + X](_ : aside *m (rest L *m d_chain 1 L *m inj 1) = _).
  by rewrite d_chain_out // !mulmxA.
by rewrite !mulmxA aside_rest.
Qed.

(* The equation of the last layer. *)
Lemma last_equation : chain 0 L' *m T + d_chain 0 L' *m G = 0.
Proof.
have := equations (ltnSn L'); rewrite /layer_equation chain_id d_chain_id !mulmx1 mulmx0 addr0.
by [].
Qed.

Lemma last_rest : proj 0 *m T *m rest L + proj 1 *m U 0%N *m rest 0 *m aside = 0.
Proof.
have [L0|L1] := posnP L'.
  by have [-> ->] := single_layer_seen L0; rewrite !mulmx0 mul0mx addr0.
have /(congr1 (fun A => proj L' *m A *m rest L)) := last_equation.
rewrite mulmx0 mul0mx mulmxDr mulmxDl mulmxA proj_chain // => <-; congr (_ + _).
by rewrite -(@d_chain_in L') // -!mulmxA rest_aside G_rest.
Qed.

(* The four parts of a direction whose cores vanish. *)
Hypothesis no_core : core 0 = 0.

Lemma four_parts l : (l < L)%N ->
  U l = rest l.+1 *m U l *m rest l + inj l.+1 *m (proj l.+1 *m U l *m rest l)
        + rest l.+1 *m U l *m inj l *m proj l.
Proof.
move=> lL; have /(congr1 (fun A => inj l.+1 *m A *m proj l)) := core0 no_core lL.
rewrite mulmx0 mul0mx /core => c0.
have one k : rest k + inj k *m proj k = 1%:M by rewrite subrK.
rewrite -[LHS]mulmx1 -(one l) -[U l in LHS]mul1mx -(one l.+1) mulmxDr !mulmxDl.
by rewrite !mulmxA in c0 *; rewrite c0 addr0.
Qed.
End Elimination.
